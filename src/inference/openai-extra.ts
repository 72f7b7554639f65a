/**
 * Fields that some servers of OpenAI's dialect want and others refuse: thoughts of earlier turns and their seals, marks
 * in the prompt, hints that change no answer, what a search found, tools of free text, and sampling that OpenAI does not
 * have. A client of the dialect itself decides about them, and what another dialect says is said by them only where they are known.
 */
export type OpenAiExtra =
  | 'reasoning_content'
  | 'reasoning_details'
  | 'extra_content'
  | 'cache_control'
  | 'prompt_cache_breakpoint'
  | 'user'
  | 'prompt_cache_key'
  | 'metadata'
  | 'service_tier'
  | 'search_sources'
  | 'custom_tools'
  | 'top_k'
  | 'min_p'
  | 'repetition_penalty';
