# This provider manages images, the official one everything else, in one configuration. Each image resource and each image data
# source has `provider = images`; without it Terraform uses the official provider.

terraform {
  required_providers {
    kakaocloud = {
      source = "kakaoenterprise/kakaocloud"
    }
    images = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

# Both read the credential from KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET.
provider "kakaocloud" {}

provider "images" {
  endpoint_overrides = var.endpoint_overrides
}

resource "kakaocloud_instance" "example" {
  name      = "golden-source"
  flavor_id = var.flavor_id
  image_id  = var.base_image_id
  subnets   = [{ id = var.subnet_id }]
  volumes   = [{ size = 20 }]
}

resource "kakaocloud_image" "golden" {
  provider = images

  name = "golden-web"
  # KakaoCloud lists an instance's volumes in any order. one() fails if there are several root volumes.
  volume_id = one([for volume in kakaocloud_instance.example.attached_volumes : volume.id if volume.is_root])

  timeouts = { create = "30m" }
}
