# A small module, and its tests in tests/, which run against the emulator:
#
#   make emulator           # in another terminal
#   make dev                # prints a line that sets TF_CLI_CONFIG_FILE: paste it, so that terraform finds the provider
#   cd examples/terraform-test
#   terraform init && terraform test

terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

variable "name" {
  description = "Name of the image."
  type        = string

  validation {
    condition     = startswith(var.name, "golden-")
    error_message = "Names of golden images begin with golden-."
  }
}

variable "instance_id" {
  description = "ID of the instance whose root volume becomes the image."
  type        = string
}

variable "project_ids" {
  description = "IDs of the projects that may use the image."
  type        = set(string)
  default     = []
}

data "kakaocloud_instance" "source" {
  id = var.instance_id
}

resource "kakaocloud_image" "this" {
  name        = var.name
  description = "Created from ${data.kakaocloud_instance.source.name}"
  volume_id   = one([for v in data.kakaocloud_instance.source.attached_volumes : v.id if v.is_root])
}

resource "kakaocloud_image_member" "this" {
  id                = kakaocloud_image.this.id
  shared_member_ids = var.project_ids
}

output "image_id" {
  description = "ID of the image."
  value       = kakaocloud_image.this.id
}

output "shared_with" {
  description = "IDs of the projects that the image is shared with."
  value       = kakaocloud_image_member.this.members[*].id
}
