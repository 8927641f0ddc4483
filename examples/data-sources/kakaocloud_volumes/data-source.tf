terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

# Root volumes that are not attached to an instance.
data "kakaocloud_volumes" "orphans" {
  filter = [
    { name = "is_root", value = true },
    { name = "attach_status", value = "detached" },
  ]
}

output "orphans" {
  value = { for volume in data.kakaocloud_volumes.orphans.volumes : volume.id => volume.size }
}
