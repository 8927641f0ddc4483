# What a folder needs before the images of a project are adopted into it: the provider. See adopt.sh for the commands.

terraform {
  required_version = ">= 1.5" # import blocks
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

provider "kakaocloud" {
  endpoint_overrides = var.endpoint_overrides
}

variable "endpoint_overrides" {
  description = "Endpoints by service, to use others than those of KakaoCloud."
  type        = map(string)
  default     = {}
}
