// Makes one system call of a program fail. Loaded before it, with LD_PRELOAD.
//
// Not every call goes through libc, so libc's functions are not replaced: a seccomp filter turns the calls into signals,
// and the handler of the signal makes the call, or does not. Only calls that are about a file below a folder, or about
// standard output or standard error, are counted.
//
//   FAULT_UNDER   the folder, as an absolute path
//   FAULT_LOG     a file that gets a line for each counted call: its name, a space, the path; an open that may make a file is
//                 a `create`, a close of a folder a `closedir`
//   FAULT_AT      which of the counted calls goes wrong, from 1; without it, none does
//   FAULT_STAYS   if set, every later call that would change the disk goes wrong too
//   FAULT_DO      what happens instead: the number of an errno; `short`, a read or a write of half the bytes; `kill`, the
//                 end of the process before the call; `late`, an EIO after the call has been made; `wait`, first the
//                 call of FAULT_SOCKET, whose listener hangs up, and then the call as it was
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <ucontext.h>
#include <unistd.h>

// The only place from which the filter lets a call through.
long direct(long number, long a, long b, long c, long d, long e, long f);
extern const char direct_end[];
__asm__(".text\n"
        ".globl direct\n"
        "direct:\n"
        "  mov %rdi, %rax\n  mov %rsi, %rdi\n  mov %rdx, %rsi\n  mov %rcx, %rdx\n  mov %r8, %r10\n  mov %r9, %r8\n"
        "  mov 8(%rsp), %r9\n  syscall\n"
        ".globl direct_end\n"
        "direct_end:\n"
        "  ret\n");

// What names the file: the first argument, as a path or as a descriptor, or the second, as a path from the first.
enum names { PATH, DESCRIPTOR, AT };

static const struct call {
  int number;
  const char *name;
  enum names names;
} calls[] = {
    {SYS_open, "open", PATH},           {SYS_openat, "open", AT},
    {SYS_stat, "stat", PATH},           {SYS_lstat, "stat", PATH},
    {SYS_newfstatat, "stat", AT},       {SYS_statx, "stat", AT},
    {SYS_fstat, "fstat", DESCRIPTOR},   {SYS_access, "access", PATH},
    {SYS_faccessat, "access", AT},      {SYS_faccessat2, "access", AT},
    {SYS_readlink, "readlink", PATH},   {SYS_readlinkat, "readlink", AT},
    {SYS_getdents64, "getdents", DESCRIPTOR},
    {SYS_read, "read", DESCRIPTOR},     {SYS_pread64, "read", DESCRIPTOR},
    {SYS_lseek, "lseek", DESCRIPTOR},   {SYS_write, "write", DESCRIPTOR},
    {SYS_writev, "writev", DESCRIPTOR}, {SYS_pwrite64, "write", DESCRIPTOR},
    {SYS_close, "close", DESCRIPTOR},   {SYS_fsync, "fsync", DESCRIPTOR},
    {SYS_fdatasync, "fsync", DESCRIPTOR},
    {SYS_ftruncate, "ftruncate", DESCRIPTOR},
    {SYS_fchmod, "chmod", DESCRIPTOR},  {SYS_chmod, "chmod", PATH},
    {SYS_fchmodat, "chmod", AT},        {SYS_flock, "flock", DESCRIPTOR},
    {SYS_mkdir, "mkdir", PATH},         {SYS_mkdirat, "mkdir", AT},
    {SYS_rmdir, "rmdir", PATH},         {SYS_unlink, "unlink", PATH},
    {SYS_unlinkat, "unlink", AT},       {SYS_rename, "rename", PATH},
    {SYS_renameat, "rename", AT},       {SYS_renameat2, "rename", AT},
    {SYS_link, "link", PATH},           {SYS_linkat, "link", AT},
};
enum { CALLS = sizeof calls / sizeof *calls };

static char under[PATH_MAX], folder[PATH_MAX];
static const char *socket_path, *stays;
static int log_file, number_of_error, fault_at, counted;
static enum { ERRNO, SHORT, KILL, LATE, WAIT } what;

// The path that a call is about, NULL where it is not one to count.
static const char *counted_path(const struct call *call, const greg_t *registers, char *buffer) {
  int descriptor = (int)registers[REG_RDI];
  const char *path = (const char *)registers[call->names == AT ? REG_RSI : REG_RDI];
  if (call->names == DESCRIPTOR || (call->names == AT && (!path || !*path))) {
    if (descriptor == 1) return "stdout";
    if (descriptor == 2) return "stderr";
    char link[32] = "/proc/self/fd/", digits[16];
    int count = 0, length = strlen(link);
    do digits[count++] = '0' + descriptor % 10;
    while ((descriptor /= 10) > 0);
    while (count) link[length++] = digits[--count];
    long size = direct(SYS_readlink, (long)link, (long)buffer, PATH_MAX - 1, 0, 0, 0);
    if (size < 0) return NULL;
    buffer[size] = 0;
    path = buffer;
  } else if (*path != '/') {
    // From the current folder: nobody here changes it, or opens a path from another.
    strcpy(buffer, folder);
    strcat(buffer, "/");
    strncat(buffer, path, PATH_MAX - strlen(buffer) - 1);
    path = buffer;
  }
  size_t length = strlen(under);
  return strncmp(path, under, length) == 0 && (path[length] == '/' || !path[length]) ? path : NULL;
}

static const char *name_of(const struct call *call, const greg_t *registers) {
  long flags = call->number == SYS_openat ? registers[REG_RDX] : call->number == SYS_open ? registers[REG_RSI] : 0;
  if (flags & O_CREAT) return "create";
  struct stat status;
  if (call->number == SYS_close && direct(SYS_fstat, registers[REG_RDI], (long)&status, 0, 0, 0, 0) == 0 &&
      S_ISDIR(status.st_mode))
    return "closedir";
  return call->name;
}

static int changes_disk(const char *name) {
  static const char *const names[] = {"create", "write", "chmod", "mkdir", "rmdir", "unlink", "rename", "link"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return 1;
  return 0;
}

static void write_line(const char *name, const char *path) {
  char line[PATH_MAX + 32];
  strcpy(line, name);
  strcat(line, " ");
  strcat(line, path);
  strcat(line, "\n");
  direct(SYS_write, log_file, (long)line, strlen(line), 0, 0, 0);
}

static void wait_for_listener(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, socket_path, sizeof address.sun_path - 1);
  int descriptor = direct(SYS_socket, AF_UNIX, SOCK_STREAM, 0, 0, 0, 0);
  char byte;
  if (direct(SYS_connect, descriptor, (long)&address, sizeof address, 0, 0, 0) == 0)
    direct(SYS_read, descriptor, (long)&byte, 1, 0, 0, 0);
  direct(SYS_close, descriptor, 0, 0, 0, 0, 0);
}

static void handle(int signal, siginfo_t *info, void *context) {
  (void)signal;
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  char buffer[PATH_MAX];
  const struct call *call = calls;
  while (call->number != info->si_syscall) call++;
  const char *path = counted_path(call, registers, buffer);
  const char *name = name_of(call, registers);
  int hit = 0;
  if (path) {
    int at = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    hit = fault_at && (at == fault_at || (stays && at > fault_at && *path == '/' && changes_disk(name)));
    write_line(name, path);
  }
  if (hit && what == KILL) direct(SYS_kill, getpid(), SIGKILL, 0, 0, 0, 0);
  if (hit && what == ERRNO) {
    // Linux closes what it is told to close, whatever it then says.
    if (strcmp(call->name, "close") == 0) direct(SYS_close, registers[REG_RDI], 0, 0, 0, 0, 0);
    registers[REG_RAX] = -number_of_error;
    return;
  }
  if (hit && what == WAIT) wait_for_listener();
  if (hit && what == SHORT && registers[REG_RDX] > 1) registers[REG_RDX] /= 2;
  long result = direct(info->si_syscall, registers[REG_RDI], registers[REG_RSI], registers[REG_RDX],
                       registers[REG_R10], registers[REG_R8], registers[REG_R9]);
  registers[REG_RAX] = hit && what == LATE ? -EIO : result;
}

static void filter(void) {
  uint64_t end = (uint64_t)direct_end;
  enum { HEAD = 7 };
  struct sock_filter program[HEAD + CALLS + 2] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)end, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(end >> 32), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
  };
  for (int i = 0; i < CALLS; i++)
    program[HEAD + i] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, CALLS - i, 0);
  program[HEAD + CALLS] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  program[HEAD + CALLS + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
  struct sock_fprog filter = {HEAD + CALLS + 2, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
    write_line("refused", "seccomp");
    _exit(99);
  }
}

__attribute__((constructor)) static void start(void) {
  const char *log = getenv("FAULT_LOG"), *folder_to_count = getenv("FAULT_UNDER");
  if (!log || !folder_to_count || !getcwd(folder, sizeof folder)) return;
  strncpy(under, folder_to_count, sizeof under - 1);
  log_file = fcntl(open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666), F_DUPFD_CLOEXEC, 500);
  const char *at = getenv("FAULT_AT"), *action = getenv("FAULT_DO");
  fault_at = at ? atoi(at) : 0;
  stays = getenv("FAULT_STAYS");
  socket_path = getenv("FAULT_SOCKET");
  number_of_error = action ? atoi(action) : 0;
  what = !action || number_of_error  ? ERRNO
         : strcmp(action, "short") == 0 ? SHORT
         : strcmp(action, "kill") == 0  ? KILL
         : strcmp(action, "late") == 0  ? LATE
                                        : WAIT;
  struct sigaction action_of_signal = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGSYS, &action_of_signal, NULL);
  filter();
}
