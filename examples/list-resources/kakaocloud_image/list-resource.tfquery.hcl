# The 100 newest images of the project.
list "kakaocloud_image" "newest" {
  provider = kakaocloud
}

# Every image of the project with this name, with all attributes.
list "kakaocloud_image" "golden" {
  provider         = kakaocloud
  include_resource = true
  limit            = 10000

  config {
    filter = [{ name = "name", value = "golden-web" }]
  }
}
