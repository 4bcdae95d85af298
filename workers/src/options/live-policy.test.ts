import { defaultPolicy, type GivenPolicy, policyHash } from '@nearside/core'
import { expect, it } from 'vitest'
import { livePolicy } from './live-policy.ts'

it('takes a policy that changes while the gateway runs, and names it anew', () => {
  let given: GivenPolicy = { frontierFrom: 0.3 }
  const live = livePolicy({ policy: () => given }, [])
  expect(live.now().frontierFrom).toBe(0.3)
  const before = live.hash()
  given = { frontierFrom: 0.4 }
  expect(live.now().frontierFrom).toBe(0.4)
  expect(live.hash()).not.toBe(before)
})

it('keeps the policy before a wrong one, and tells of it once', () => {
  const faults: unknown[] = []
  let given: GivenPolicy = { frontierFrom: 0.3 }
  const live = livePolicy({ policy: () => given, onFault: (fault) => void faults.push(fault) }, [])
  given = { frontierFrom: 2 }
  expect(live.now().frontierFrom).toBe(0.3)
  expect(live.now().frontierFrom).toBe(0.3)
  expect(faults).toMatchObject([{ code: 'bad-options', param: 'policy.frontierFrom' }])
})

it('keeps the policy while the function that gives it throws', () => {
  let fails = false
  const policy = (): GivenPolicy => {
    if (fails) throw new Error('the file is away')
    return { frontierFrom: 0.3 }
  }
  const live = livePolicy({ policy }, [])
  fails = true
  expect(live.now().frontierFrom).toBe(0.3)
})

it('refuses a policy that is wrong from the beginning', () => {
  expect(() => livePolicy({ policy: () => ({ frontierFrom: 2 }) }, [])).toThrow('policy.frontierFrom')
})

it('names no strategy that nobody brings, for a kind of task either', () => {
  expect(() => livePolicy({ policy: { strategy: 'cascade' } }, [])).toThrow('[cascade()]')
  expect(() => livePolicy({ policy: { tasks: { code: { strategy: 'consistency' } } } }, [])).toThrow(
    'policy.tasks.code.strategy',
  )
})

it('has the defaults where nothing is given', () => {
  const live = livePolicy({}, [])
  expect(live.now()).toEqual(defaultPolicy)
  expect(live.hash()).toBe(policyHash(defaultPolicy))
})
