terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

variable "image_id" {
  description = "ID of the image."
  type        = string
  default     = "00000000-0000-4000-8000-000000000201"
}

data "kakaocloud_image" "base" {
  id = var.image_id
}

output "base" {
  value = "${data.kakaocloud_image.base.name} (${data.kakaocloud_image.base.os_info.distro}) needs ${data.kakaocloud_image.base.min_disk} GB"
}
