terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

variable "instance_id" {
  description = "ID of the instance."
  type        = string
  default     = "00000000-0000-4000-8000-000000000101"
}

data "kakaocloud_instance" "web" {
  id = var.instance_id
}

# The volume that an image can be created from. one() fails if there are several.
output "root_volume_id" {
  value = one([for volume in data.kakaocloud_instance.web.attached_volumes : volume.id if volume.is_root])
}
