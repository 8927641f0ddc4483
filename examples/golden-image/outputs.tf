output "image_id" {
  description = "ID of the newest active image with this name."
  value       = data.kakaocloud_images.golden.images[0].id
}

output "shared_with" {
  description = "Status of the share in each project: pending, accepted or rejected."
  value       = { for member in kakaocloud_image_member.golden.members : member.id => member.status }
}
