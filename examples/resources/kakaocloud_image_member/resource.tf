terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

variable "volume_id" {
  description = "ID of the root volume that the image is created from."
  type        = string
  default     = "00000000-0000-4000-8000-000000000001"
}

variable "project_ids" {
  description = "IDs of the projects that may use the image."
  type        = set(string)
  default     = ["0b1c2d3e4f5061728394a5b6c7d8e9f0", "1c2d3e4f5061728394a5b6c7d8e9f00b"]
}

resource "kakaocloud_image" "golden" {
  name      = "golden-web"
  volume_id = var.volume_id
}

# Only these projects are managed here. Shares that were created elsewhere stay as they are.
resource "kakaocloud_image_member" "golden" {
  id                = kakaocloud_image.golden.id
  shared_member_ids = var.project_ids
}

output "accepted_by" {
  value = [for member in kakaocloud_image_member.golden.members : member.id if member.status == "accepted"]
}
