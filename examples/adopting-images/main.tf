# The provider, which a folder needs before images are adopted into it. adopt.sh has the commands.

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
