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
  description = "Endpoints of services by name, to use others than KakaoCloud's own."
  type        = map(string)
  default     = {}
}
