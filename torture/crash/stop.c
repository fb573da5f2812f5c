/* Stops the process at the k-th change that it makes to files below a folder: as if the machine lost
   its power. Loaded before the C library; every second time a write is done by half. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static char below[4096];
static long at = 0, fail = 0;
static volatile long seen = 0;

void stop_arm(const char *folder, long step, long error) {
  snprintf(below, sizeof below, "%s/", folder);
  at = step;
  fail = error;
  seen = 0;
}
long stop_seen(void) { return seen; }

static int inside(const char *path) {
  char whole[8192];
  if (!below[0] || !path) return 0;
  if (path[0] != '/') {
    char here[4096];
    if (!getcwd(here, sizeof here)) return 0;
    snprintf(whole, sizeof whole, "%s/%s", here, path);
    path = whole;
  }
  return !strncmp(path, below, strlen(below));
}
static int inside_fd(int fd) {
  char link[64], path[4096];
  if (!below[0]) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return inside(path);
}
/* 1: this step fails with `fail`; it does not return where it kills. */
static int step(void) {
  long now = __sync_add_and_fetch(&seen, 1);
  if (!at || now != at) return 0;
  if (fail) { errno = (int)fail; return 1; }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}
static int last(void) { return at && !fail && seen + 1 == at && at % 2; }

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)
#define CHANGES(flags) ((flags) & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC))
#define MODE(flags) \
  int mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); \
    mode = va_arg(more, int); va_end(more); }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    MODE(flags) REAL(int, #name, const char *, int, ...); \
    if (CHANGES(flags) && inside(path) && step()) return -1; \
    return real(path, flags, mode); }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
  int name(int at_fd, const char *path, int flags, ...) { \
    MODE(flags) REAL(int, #name, int, const char *, int, ...); \
    if (CHANGES(flags) && at_fd == AT_FDCWD && inside(path) && step()) return -1; \
    return real(at_fd, path, flags, mode); }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (fd > 2 && inside_fd(fd)) {
    if (last()) real(fd, data, size / 2);
    if (step()) return -1;
  }
  return real(fd, data, size);
}
#define PWRITE(name, offset_t) \
  ssize_t name(int fd, const void *data, size_t size, offset_t offset) { \
    REAL(ssize_t, #name, int, const void *, size_t, offset_t); \
    if (inside_fd(fd)) { \
      if (last()) real(fd, data, size / 2, offset); \
      if (step()) return -1; } \
    return real(fd, data, size, offset); }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  if (inside_fd(fd) && step()) return -1;
  return real(fd, parts, count);
}
#define OF_FD(name) \
  int name(int fd) { \
    REAL(int, #name, int); \
    if (inside_fd(fd) && step()) return -1; \
    return real(fd); }
OF_FD(fsync)
OF_FD(fdatasync)
#define TRUNCATE(name, offset_t) \
  int name(int fd, offset_t size) { \
    REAL(int, #name, int, offset_t); \
    if (inside_fd(fd) && step()) return -1; \
    return real(fd, size); }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)
#define OF_PATH(name) \
  int name(const char *path) { \
    REAL(int, #name, const char *); \
    if (inside(path) && step()) return -1; \
    return real(path); }
OF_PATH(unlink)
OF_PATH(rmdir)
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  if (inside(path) && step()) return -1;
  return real(path, mode);
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  if (inside(to) && step()) return -1;
  return real(from, to);
}
int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  if (inside(to) && step()) return -1;
  return real(from, to);
}
