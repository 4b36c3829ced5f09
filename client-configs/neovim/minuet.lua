-- minuet-ai.nvim asks the endpoint of `fim-language-server serve`. The token is in the variable FIM_ENDPOINT_TOKEN.
require('minuet').setup({
  provider = 'openai_fim_compatible',
  -- The endpoint answers at once what it knows, so one request is enough and no throttle is needed.
  n_completions = 1,
  throttle = 0,
  debounce = 0,
  provider_options = {
    openai_fim_compatible = {
      name = 'fim-language-server',
      end_point = 'http://127.0.0.1:8787/v1/completions',
      api_key = 'FIM_ENDPOINT_TOKEN',
      model = 'fim',
      stream = true,
    },
  },
})
