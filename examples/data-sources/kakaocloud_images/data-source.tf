terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

# The active images of this project, newest first: [0] is the newest.
data "kakaocloud_images" "own" {
  filter = [
    { name = "image_type", value = "my" },
    { name = "status", value = "active" },
  ]
}

output "newest" {
  value = try(data.kakaocloud_images.own.images[0].id, null)
}

# The filter compares the whole name, but several images can have it. one() fails if there are several.
data "kakaocloud_images" "ubuntu" {
  filter = [{ name = "name", value = "Ubuntu 22.04" }]
}

output "ubuntu" {
  value = one(data.kakaocloud_images.ubuntu.images).id
}
