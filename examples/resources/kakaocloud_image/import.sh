# By the ID of the image.
terraform import kakaocloud_image.golden 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90

# With the ID of its volume, which the API does not return.
terraform import kakaocloud_image.golden 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90/7a9e2d14-5b3c-4f86-a1d7-0c2e4f6a8b13
