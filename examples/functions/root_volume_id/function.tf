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

output "root_volume_id" {
  value = provider::kakaocloud::root_volume_id(data.kakaocloud_instance.web.attached_volumes)
}

# The same before Terraform 1.8 and OpenTofu 1.7, without a reason when it fails.
output "root_volume_id_without_function" {
  value = one([for volume in data.kakaocloud_instance.web.attached_volumes : volume.id if volume.is_root])
}
