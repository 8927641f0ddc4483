variable "flavor_id" {
  description = "ID of the flavor of the instance."
  type        = string
}

variable "base_image_id" {
  description = "ID of the image that the instance starts from."
  type        = string
}

variable "subnet_id" {
  description = "ID of the subnet of the instance."
  type        = string
}

variable "endpoint_overrides" {
  description = "Endpoints by service, to use others than those of KakaoCloud."
  type        = map(string)
  default     = {}
}
