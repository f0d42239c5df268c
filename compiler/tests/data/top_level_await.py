# compile: exec top_level_await
await x
async for y in x: pass
async with z as w: pass
[a async for a in b]
