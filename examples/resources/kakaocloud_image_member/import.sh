# By the ID of the image. All shares of the image are imported.
terraform import kakaocloud_image_member.golden 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90
