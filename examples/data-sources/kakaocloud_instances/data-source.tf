# Every instance whose name holds "web", newest first.
data "kakaocloud_instances" "web" {
  filter = [
    { name = "name", value = "web" },
    { name = "status", value = "active" },
  ]
}

output "private_ips" {
  value = { for instance in data.kakaocloud_instances.web.instances : instance.name => instance.addresses[*].private_ip }
}
