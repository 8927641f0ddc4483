terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

data "kakaocloud_images" "active" {
  filter = [{ name = "status", value = "active" }]
}

output "newest" {
  value = provider::kakaocloud::newest(data.kakaocloud_images.active.images).name
}

# The same before Terraform 1.8 and OpenTofu 1.7: KakaoCloud returns the newest image first.
output "newest_without_function" {
  value = data.kakaocloud_images.active.images[0].name
}
