terraform {
  required_providers {
    kakaocloud = {
      source  = "kakaocloud.internal/images/kakaocloud"
      version = "~> 1.0"
    }
  }
}

# The credential comes from the environment variables KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and
# KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET. Do not put it into files.
provider "kakaocloud" {}
