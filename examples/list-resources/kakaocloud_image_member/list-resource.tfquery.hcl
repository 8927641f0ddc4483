# The images of the project that are shared with other projects.
list "kakaocloud_image_member" "shared" {
  provider = kakaocloud
}
