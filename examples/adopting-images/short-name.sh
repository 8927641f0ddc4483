kakaocloud-import() {
  .terraform/providers/*/kakaoenterprise/kakaocloud/*/*/terraform-provider-kakaocloud_v* import-images "$@"
}
