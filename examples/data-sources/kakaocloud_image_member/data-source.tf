terraform {
  required_providers {
    kakaocloud = {
      source = "kakaocloud.internal/images/kakaocloud"
    }
  }
}

data "kakaocloud_images" "own" {
  filter = [{ name = "image_type", value = "my" }]
}

# Who may use the images of this project. Only the owner of an image can see that.
data "kakaocloud_image_member" "own" {
  for_each = toset(data.kakaocloud_images.own.images[*].id)

  id = each.value
}

output "shared_with" {
  value = { for id, image in data.kakaocloud_image_member.own : id => image.members[*].id }
}
