# A golden image: made from the root volume of a prepared instance, shared with other projects, and found by name where it
# is needed.
#
# With the emulator instead of KakaoCloud:
#
#   make emulator
#   make dev                # prints a line that sets TF_CLI_CONFIG_FILE: paste it, so that terraform finds the provider
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=demo KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET=demo-secret
#   terraform apply -var 'endpoint_overrides={ iam = "http://127.0.0.1:8080", config = "http://127.0.0.1:8080" }'

terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

provider "kakaocloud" {
  endpoint_overrides = var.endpoint_overrides
}

data "kakaocloud_instance" "prepared" {
  id = var.instance_id
}

locals {
  # The order of the volumes says nothing about them; is_root does. one() makes sure that there is exactly one.
  root_volume_id = one([for v in data.kakaocloud_instance.prepared.attached_volumes : v.id if v.is_root])
}

resource "kakaocloud_image" "golden" {
  name        = var.image_name
  description = "Made from ${data.kakaocloud_instance.prepared.name}"
  volume_id   = local.root_volume_id

  timeouts = {
    create = "30m"
  }

  # The new image is there before the old one goes, so that nobody is without.
  lifecycle {
    create_before_destroy = true
  }
}

resource "kakaocloud_image_member" "golden" {
  id                = kakaocloud_image.golden.id
  shared_member_ids = var.project_ids
}

# The same image as others find it: the newest active one of its name.
data "kakaocloud_images" "golden" {
  filter = [
    { name = "name", value = kakaocloud_image.golden.name },
    { name = "status", value = "active" },
  ]

  # Only look once the image is there and shared.
  depends_on = [kakaocloud_image_member.golden]
}
