terraform show -json | kakaocloud-import --exclude-state - --out more-images.tf
