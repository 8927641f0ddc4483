terraform {
  required_providers {
    kakaocloud = {
      source  = "kakaocloud.internal/images/kakaocloud"
      version = "~> 1.0"
    }
  }
}

# The credentials come from KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET: they belong
# into the environment of whoever runs Terraform, not into files.
provider "kakaocloud" {}
