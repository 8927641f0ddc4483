terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

# All instances whose names contain "web", newest first.
data "kakaocloud_instances" "web" {
  filter = [
    { name = "name", value = "web" },
    { name = "status", value = "active" },
  ]
}

output "private_ips" {
  value = { for instance in data.kakaocloud_instances.web.instances : instance.name => instance.addresses[*].private_ip }
}
