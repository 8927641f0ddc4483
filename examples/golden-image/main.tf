# A golden image: created from the root volume of a prepared instance, shared with other projects, and found by name.
#
# With the emulator instead of KakaoCloud:
#
#   make emulator           # in another terminal
#   make dev                # prints a line that sets TF_CLI_CONFIG_FILE: paste it, so that terraform finds the provider
#   cd examples/golden-image
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
  # The order of the volumes can change, so select by is_root. one() fails if there are several.
  root_volume_id = one([for v in data.kakaocloud_instance.prepared.attached_volumes : v.id if v.is_root])
}

# Each build creates another image, also from the same volume: Terraform cannot see what was written to it.
resource "terraform_data" "build" {
  input = var.build
}

resource "kakaocloud_image" "golden" {
  name        = var.image_name
  description = "Created from ${data.kakaocloud_instance.prepared.name}"
  volume_id   = local.root_volume_id

  timeouts = {
    create = "30m"
  }

  # The old image stays until the new one is active.
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.build]
  }
}

resource "kakaocloud_image_member" "golden" {
  id                = kakaocloud_image.golden.id
  shared_member_ids = var.project_ids

  # The old share stays until the new image is shared.
  lifecycle {
    create_before_destroy = true
  }
}

# The same image as other configurations find it: the newest active image with its name.
data "kakaocloud_images" "golden" {
  filter = [
    { name = "name", value = kakaocloud_image.golden.name },
    { name = "status", value = "active" },
  ]

  # Read only after the image is created and shared.
  depends_on = [kakaocloud_image_member.golden]
}
