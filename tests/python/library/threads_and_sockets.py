# What a socket does without waiting, in a thread, does not wait for anything to read.
import queue
import socket
import threading


def serve(addresses, received):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        print("reuse", listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0)
        addresses.put(listener.getsockname())
        connection, address = listener.accept()
        with connection:
            print("same peer", connection.getpeername() == address)
            while data := connection.recv(100):
                received.append(data)
                connection.sendall(data.upper())
            connection.shutdown(socket.SHUT_WR)


addresses, received = queue.Queue(), []
server = threading.Thread(target=serve, args=(addresses, received))
server.start()
with socket.create_connection(addresses.get()) as client:
    for word in b"first", b"second":
        client.sendall(word)
        print(client.recv(100))
    client.shutdown(socket.SHUT_WR)
    print(client.recv(100))
server.join()
print(b"".join(received))
