/** System calls by number; the generic numbers are those of arm64. */
const numbers = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    ioctl: 16,
    socket: 41,
    denied: [
      101 /* ptrace */, 155 /* pivot_root */, 161 /* chroot */, 163 /* acct */, 165 /* mount */, 166 /* umount2 */, 167 /* swapon */,
      168 /* swapoff */, 169 /* reboot */, 175 /* init_module */, 176 /* delete_module */, 179 /* quotactl */, 246 /* kexec_load */,
      248 /* add_key */, 249 /* request_key */, 250 /* keyctl */, 272 /* unshare */, 298 /* perf_event_open */, 304 /* open_by_handle_at */,
      308 /* setns */, 310 /* process_vm_readv */, 311 /* process_vm_writev */, 313 /* finit_module */, 320 /* kexec_file_load */,
      321 /* bpf */, 323 /* userfaultfd */, 425 /* io_uring_setup */, 426, 427, 428 /* open_tree */, 429 /* move_mount */, 430 /* fsopen */,
      431, 432, 433, 438 /* pidfd_getfd */, 442 /* mount_setattr */,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    ioctl: 29,
    socket: 198,
    denied: [
      117 /* ptrace */, 41 /* pivot_root */, 51 /* chroot */, 89 /* acct */, 40 /* mount */, 39 /* umount2 */, 224 /* swapon */, 225, 142,
      105 /* init_module */, 106, 60 /* quotactl */, 104 /* kexec_load */, 217 /* add_key */, 218, 219, 97 /* unshare */,
      241 /* perf_event_open */, 265 /* open_by_handle_at */, 268 /* setns */, 270 /* process_vm_readv */, 271, 273 /* finit_module */, 294,
      280 /* bpf */, 282 /* userfaultfd */, 425 /* io_uring_setup */, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442,
    ],
  },
} as const;

const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jumpEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const jumpAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const jumpAnyBit = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const answer = 0x06; // BPF_RET | BPF_K
const allow = 0x7fff0000;
const kill = 0x80000000;
const refuse = (errno: number) => 0x00050000 + errno;
const [eperm, enosys, eafnosupport] = [1, 38, 97];
const newNamespaces = 0x7e020000; // CLONE_NEW{USER,PID,NET,IPC,UTS,CGROUP,NS}
/** Unix, IPv4, IPv6, netlink. Others are not bound to the network namespace (vsock reaches the machine's host) or are nobody's need. */
const socketFamilies = [1, 2, 10, 16] as const;
const pushInput = 0x5412; // TIOCSTI: types into the terminal of whoever started us
const linuxConsole = 0x541c; // TIOCLINUX

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * The filter under which every command runs (for bubblewrap's --seccomp), or null for an architecture that we don't know:
 * no mounts, namespaces, kernel modules, keys, tracing, BPF, io_uring, odd sockets; no system calls of another architecture.
 * clone3 is answered with "not there", since its flags can't be looked at: libraries then use clone, whose flags can.
 */
export function seccompFilter(architecture: string): Uint8Array | null {
  if (architecture !== "x64" && architecture !== "arm64") return null;
  const table = numbers[architecture];
  const program: Instruction[] = [
    [load, 0, 0, 4],
    [jumpEqual, 1, 0, table.audit],
    [answer, 0, 0, kill],
    [load, 0, 0, 0],
  ];
  if (architecture === "x64") program.push([jumpAtLeast, 0, 1, 0x40000000], [answer, 0, 0, refuse(eperm)]); // the x32 interface
  for (const number of table.denied) program.push([jumpEqual, 0, 1, number], [answer, 0, 0, refuse(eperm)]);
  const families = socketFamilies.map((family, index): Instruction => [jumpEqual, socketFamilies.length - index, 0, family]);
  program.push([jumpEqual, 0, families.length + 3, table.socket], [load, 0, 0, 16], ...families);
  program.push([answer, 0, 0, refuse(eafnosupport)], [answer, 0, 0, allow]);
  program.push([jumpEqual, 0, 1, table.clone3], [answer, 0, 0, refuse(enosys)]);
  program.push([jumpEqual, 0, 3, table.clone], [load, 0, 0, 16], [jumpAnyBit, 0, 6, newNamespaces], [answer, 0, 0, refuse(eperm)]);
  program.push([jumpEqual, 0, 4, table.ioctl], [load, 0, 0, 24], [jumpEqual, 1, 0, pushInput], [jumpEqual, 0, 1, linuxConsole]);
  program.push([answer, 0, 0, refuse(eperm)], [answer, 0, 0, allow]);
  return assemble(program);
}

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}
