" llama.vim asks the endpoint of `fim-language-server serve` instead of a llama.cpp server.
let g:llama_config = {
    \ 'endpoint': 'http://127.0.0.1:8787/infill',
    \ 'api_key': $FIM_ENDPOINT_TOKEN,
    \ 'ring_n_chunks': 0,
    \ }
