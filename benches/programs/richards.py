"""An operating system's kernel in miniature: tasks of several kinds that pass packets through queues.

Martin Richards' benchmark: one idler, one worker, two handlers and two devices under a scheduler by priority. The counts of
queued packets and of holds are known: 23246 and 9297 for one round.

usage: richards.py [SCALE]   (rounds)
"""
import sys

# Tasks
IDLER = 1
WORKER = 2
HANDLER_A = 3
HANDLER_B = 4
DEVICE_A = 5
DEVICE_B = 6

# Kinds of packets
DEVICE_PACKET = 1000
WORK_PACKET = 1001

DATA_SIZE = 4
TABLE_SIZE = 10
LETTER_A = ord("A")


class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.data = [0] * DATA_SIZE

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        packet = queue
        following = packet.link
        while following is not None:
            packet = following
            following = packet.link
        packet.link = self
        return queue


class TaskRecord:
    """What a task of some kind remembers between two runs."""


class DeviceRecord(TaskRecord):
    def __init__(self):
        self.pending = None


class IdlerRecord(TaskRecord):
    def __init__(self):
        self.control = 1
        self.count = 10000


class HandlerRecord(TaskRecord):
    def __init__(self):
        self.work_in = None
        self.device_in = None

    def add_work(self, packet):
        self.work_in = packet.append_to(self.work_in)
        return self.work_in

    def add_device(self, packet):
        self.device_in = packet.append_to(self.device_in)
        return self.device_in


class WorkerRecord(TaskRecord):
    def __init__(self):
        self.destination = HANDLER_A
        self.count = 0


class TaskState:
    def __init__(self):
        self.packet_pending = True
        self.task_waiting = False
        self.task_holding = False

    def set_packet_pending(self):
        self.packet_pending = True
        self.task_waiting = False
        self.task_holding = False
        return self

    def set_waiting(self):
        self.packet_pending = False
        self.task_waiting = True
        self.task_holding = False
        return self

    def set_running(self):
        self.packet_pending = False
        self.task_waiting = False
        self.task_holding = False
        return self

    def set_waiting_with_packet(self):
        self.packet_pending = True
        self.task_waiting = True
        self.task_holding = False
        return self

    def is_packet_pending(self):
        return self.packet_pending

    def is_task_waiting(self):
        return self.task_waiting

    def is_task_holding(self):
        return self.task_holding

    def is_holding_or_waiting(self):
        return self.task_holding or (not self.packet_pending and self.task_waiting)

    def is_waiting_with_packet(self):
        return self.packet_pending and (self.task_waiting and not self.task_holding)


class Kernel:
    """What all tasks share."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.task_list = None
        self.task_table = [None] * TABLE_SIZE
        self.hold_count = 0
        self.queue_count = 0


kernel = Kernel()


class Task(TaskState):
    def __init__(self, ident, priority, queue, state, record):
        self.link = kernel.task_list
        self.ident = ident
        self.priority = priority
        self.input = queue
        self.packet_pending = state.is_packet_pending()
        self.task_waiting = state.is_task_waiting()
        self.task_holding = state.is_task_holding()
        self.record = record
        kernel.task_list = self
        kernel.task_table[ident] = self

    def work(self, packet, record):
        raise NotImplementedError

    def add_packet(self, packet, previous):
        if self.input is None:
            self.input = packet
            self.packet_pending = True
            if self.priority > previous.priority:
                return self
        else:
            packet.append_to(self.input)
        return previous

    def run(self):
        if self.is_waiting_with_packet():
            message = self.input
            self.input = message.link
            if self.input is None:
                self.set_running()
            else:
                self.set_packet_pending()
        else:
            message = None
        return self.work(message, self.record)

    def wait(self):
        self.task_waiting = True
        return self

    def hold(self):
        kernel.hold_count += 1
        self.task_holding = True
        return self.link

    def release(self, ident):
        task = self.find_task(ident)
        task.task_holding = False
        if task.priority > self.priority:
            return task
        return self

    def queue_packet(self, packet):
        task = self.find_task(packet.ident)
        kernel.queue_count += 1
        packet.link = None
        packet.ident = self.ident
        return task.add_packet(packet, self)

    def find_task(self, ident):
        task = kernel.task_table[ident]
        if task is None:
            raise Exception("no task %d" % ident)
        return task


class DeviceTask(Task):
    def __init__(self, ident, priority, queue, state, record):
        Task.__init__(self, ident, priority, queue, state, record)

    def work(self, packet, record):
        device = record
        assert isinstance(device, DeviceRecord)
        if packet is None:
            packet = device.pending
            if packet is None:
                return self.wait()
            device.pending = None
            return self.queue_packet(packet)
        device.pending = packet
        return self.hold()


class HandlerTask(Task):
    def __init__(self, ident, priority, queue, state, record):
        Task.__init__(self, ident, priority, queue, state, record)

    def work(self, packet, record):
        handler = record
        assert isinstance(handler, HandlerRecord)
        if packet is not None:
            if packet.kind == WORK_PACKET:
                handler.add_work(packet)
            else:
                handler.add_device(packet)
        work = handler.work_in
        if work is None:
            return self.wait()
        count = work.datum
        if count >= DATA_SIZE:
            handler.work_in = work.link
            return self.queue_packet(work)
        device = handler.device_in
        if device is None:
            return self.wait()
        handler.device_in = device.link
        device.datum = work.data[count]
        work.datum = count + 1
        return self.queue_packet(device)


class IdlerTask(Task):
    def __init__(self, ident, priority, queue, state, record):
        Task.__init__(self, ident, 0, None, state, record)

    def work(self, packet, record):
        idler = record
        assert isinstance(idler, IdlerRecord)
        idler.count -= 1
        if idler.count == 0:
            return self.hold()
        if idler.control & 1 == 0:
            idler.control //= 2
            return self.release(DEVICE_A)
        idler.control = idler.control // 2 ^ 0xd008
        return self.release(DEVICE_B)


class WorkerTask(Task):
    def __init__(self, ident, priority, queue, state, record):
        Task.__init__(self, ident, priority, queue, state, record)

    def work(self, packet, record):
        worker = record
        assert isinstance(worker, WorkerRecord)
        if packet is None:
            return self.wait()
        if worker.destination == HANDLER_A:
            destination = HANDLER_B
        else:
            destination = HANDLER_A
        worker.destination = destination
        packet.ident = destination
        packet.datum = 0
        for i in range(DATA_SIZE):
            worker.count += 1
            if worker.count > 26:
                worker.count = 1
            packet.data[i] = LETTER_A + worker.count - 1
        return self.queue_packet(packet)


def schedule():
    task = kernel.task_list
    while task is not None:
        if task.is_holding_or_waiting():
            task = task.link
        else:
            task = task.run()


class Richards:
    def run(self, rounds):
        for i in range(rounds):
            kernel.reset()
            IdlerTask(IDLER, 1, None, TaskState().set_running(), IdlerRecord())

            queue = Packet(None, 0, WORK_PACKET)
            queue = Packet(queue, 0, WORK_PACKET)
            WorkerTask(WORKER, 1000, queue, TaskState().set_waiting_with_packet(), WorkerRecord())

            queue = Packet(None, DEVICE_A, DEVICE_PACKET)
            queue = Packet(queue, DEVICE_A, DEVICE_PACKET)
            queue = Packet(queue, DEVICE_A, DEVICE_PACKET)
            HandlerTask(HANDLER_A, 2000, queue, TaskState().set_waiting_with_packet(), HandlerRecord())

            queue = Packet(None, DEVICE_B, DEVICE_PACKET)
            queue = Packet(queue, DEVICE_B, DEVICE_PACKET)
            queue = Packet(queue, DEVICE_B, DEVICE_PACKET)
            HandlerTask(HANDLER_B, 3000, queue, TaskState().set_waiting_with_packet(), HandlerRecord())

            DeviceTask(DEVICE_A, 4000, None, TaskState().set_waiting(), DeviceRecord())
            DeviceTask(DEVICE_B, 5000, None, TaskState().set_waiting(), DeviceRecord())

            schedule()
            if kernel.hold_count != 9297 or kernel.queue_count != 23246:
                return False
        return True


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    correct = Richards().run(rounds)
    print("holds", kernel.hold_count, "packets", kernel.queue_count, "correct" if correct else "wrong")


if __name__ == "__main__":
    main()
