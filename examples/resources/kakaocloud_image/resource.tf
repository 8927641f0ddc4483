terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

variable "instance_id" {
  description = "ID of an instance whose root volume becomes the image."
  type        = string
  default     = "00000000-0000-4000-8000-000000000101"
}

data "kakaocloud_instance" "web" {
  id = var.instance_id
}

resource "kakaocloud_image" "golden" {
  name        = "golden-web"
  description = "Web server, ready to serve"

  # An image can only be created from a root volume. An instance has exactly one.
  volume_id = one([for volume in data.kakaocloud_instance.web.attached_volumes : volume.id if volume.is_root])

  timeouts = {
    create = "30m"
  }
}
