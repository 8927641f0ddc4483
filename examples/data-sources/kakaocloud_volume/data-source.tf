terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

variable "volume_id" {
  description = "ID of the volume."
  type        = string
  default     = "00000000-0000-4000-8000-000000000001"
}

data "kakaocloud_volume" "web" {
  id = var.volume_id
}

output "can_become_an_image" {
  value = data.kakaocloud_volume.web.is_root
}
