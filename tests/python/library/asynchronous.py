# asyncio over sockets: tasks, servers, timeouts, queues, context variables.
import asyncio, socket, contextvars
v = contextvars.ContextVar("v", default=0)
async def child(n):
    v.set(n)
    await asyncio.sleep(0.01*n)
    return n, v.get()
async def main():
    print(await asyncio.gather(*(child(i) for i in range(4))), v.get())
    async def handle(r, w):
        w.write((await r.readline()).upper()); await w.drain(); w.close()
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"hello\n"); print(await r.read()); w.close(); server.close()
    try:
        async with asyncio.timeout(0.01): await asyncio.sleep(1)
    except TimeoutError: print("timeout")
    q = asyncio.Queue()
    async def prod():
        for i in range(3): await q.put(i)
    t = asyncio.create_task(prod()); print([await q.get() for _ in range(3)]); await t
asyncio.run(main())
a, b = socket.socketpair(); a.sendall(b"x"*10); print(b.recv(4), len(b.recv(100))); a.close(); print(b.recv(1)); b.close()
s = socket.socket(); print(s.family, s.type, s.gettimeout()); s.close()
print(socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, "::1")), socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
