import { describe, expect, it } from '@jest/globals';
import { openSlots } from './slots.js';

describe('openSlots', () => {
  it('never runs more tasks at once than it has slots, and runs all of them in order', async () => {
    const slots = openSlots(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const task = (id: number) => async () => {
      started.push(id);
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      if (id === 1) throw new Error('a task that fails gives its slot back');
    };
    await Promise.allSettled([0, 1, 2, 3, 4].map((id) => slots.run(task(id))));
    expect({ most, started }).toEqual({ most: 2, started: [0, 1, 2, 3, 4] });
  });

  it('lets a waiting task leave the queue without taking a slot', async () => {
    const slots = openSlots(1);
    let finish: () => void = () => undefined;
    const first = slots.run(() => new Promise<void>((resolve) => (finish = resolve)));
    const control = new AbortController();
    const second = slots.run(async () => 'second', control.signal);
    const third = slots.run(async () => 'third');
    control.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    finish();
    await first;
    await expect(third).resolves.toBe('third');
  });

  it('sends a task away that waited too long, and gives its turn to the next', async () => {
    const slots = openSlots(1, 20);
    let finish: () => void = () => undefined;
    const first = slots.run(() => new Promise<void>((resolve) => (finish = resolve)));
    await expect(slots.run(async () => 'second')).rejects.toMatchObject({ code: 'rate-limited' });
    const third = slots.run(async () => 'third');
    finish();
    await first;
    await expect(third).resolves.toBe('third');
  });

  it.each([0, -1, 1.5])('refuses a budget of %p', (count) => {
    expect(() => openSlots(count)).toThrow(RangeError);
  });
});
