202 2
202 True
422 application/problem+json 422
