import { describe, expect, test } from 'vitest'
import { order, unbalanced } from '../test-fixtures.ts'
import { check } from './check.ts'
import { escapeText } from './escape.ts'
import { reportHtml, type Report } from './report.ts'
import { timeline } from './timeline.ts'

describe('the report', () => {
  const hostile = `</title><script>alert('1')</script>&"`
  const report: Report = {
    file: hostile,
    made: new Date(0),
    seconds: 12,
    verdict: check([order('A')], []),
    rows: [{ name: hostile, plugin: hostile, status: 'active', address: hostile, orders: 1, first: 1, last: 1 }],
    timeline: {
      lanes: [{ name: hostile, plugin: 'smtp', disabledFrom: 1, downFrom: 1 }],
      orders: [{ number: 1, id: hostile, instance: hostile, settled: true }],
      marks: [{ before: 1, kind: 'outage', label: hostile }],
    },
    happenings: [{ seconds: 1, before: 1, text: hostile, command: hostile }],
    settled: [{ id: 'A', customer: hostile, how: hostile }],
  }

  test('shows hostile text as text', () => {
    const html = reportHtml(report)
    expect(html).not.toMatch(/<script/i)
    expect(html).not.toContain(hostile)
    expect(html).toContain(escapeText(hostile))
    expect(unbalanced(html)).toEqual([])
  })

  test('has a timeline with a title, a description, a tick for each order and a mark for each event', () => {
    const lanes = [
      { name: 'One', plugin: 'smtp' },
      { name: 'Two', plugin: 'webhook' },
    ]
    const orders = Array.from({ length: 30 }, (_, index) => ({
      number: index + 1,
      id: `A${index}`,
      instance: index < 20 ? 'One' : 'Two',
      settled: false,
    }))
    const svg = timeline({ lanes, orders, marks: [{ before: 21, kind: 'switch', label: 'Operator disables One' }] })
    expect(svg).toMatch(/role="img" aria-labelledby="timeline-title timeline-desc"/)
    expect(svg).toContain('One delivered 20, Two delivered 10. Before order 21: Operator disables One.')
    expect(svg.match(/class="tick"/g)?.length).toBe(30)
    expect(svg.match(/class="mark switch"/g)?.length).toBe(1)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    expect(unbalanced(svg)).toEqual([])
  })

  test.each([0, 1, 5000])('%i orders make a sound timeline too', (count) => {
    const orders = Array.from({ length: count }, (_, index) => ({ number: index + 1, id: `A${index}`, instance: 'One', settled: false }))
    const svg = timeline({ lanes: [{ name: 'One', plugin: 'smtp' }], orders, marks: [] })
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    expect(unbalanced(svg)).toEqual([])
  })
})
