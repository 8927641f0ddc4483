kakaocloud-import() {
  "$(ls -d .terraform/providers/kakaocloud.internal/images/kakaocloud/*/*/terraform-provider-kakaocloud_v* | tail -1)" import-images "$@"
}
