/** Numbers that look random and are the same in every run: Park and Miller's generator. */
export function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
}
