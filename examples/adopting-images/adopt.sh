terraform init
kakaocloud-import --out images.tf # reads the images; changes nothing in KakaoCloud

terraform plan -out adopt.tfplan  # N to import, 0 to add, 0 to change, 0 to destroy
terraform apply adopt.tfplan
terraform plan -detailed-exitcode # No changes; anything else exits with 2
