/*
 * disk - a block device whose power can go at any moment
 *
 *	disk serve BASE LOG MOUNTPOINT
 *	disk cut BASE LOG FOLDER SEED BLOCK <moments
 *
 * serve shows the bytes of BASE as MOUNTPOINT/disk, for a loop device, and
 * writes every write and every flush with its time into LOG; BASE stays as it
 * is.  It ends when it is unmounted.
 *
 * cut reads lines "NANOSECONDS PERCENT", times going up, and makes an image
 * FOLDER/0, FOLDER/1 ... for each: what had been flushed by then, as from a
 * disk with a volatile cache, and of what was written since then each BLOCK
 * bytes with that chance.  It prints a line each.
 *
 * cc -O2 disk.c $(pkg-config --cflags --libs fuse3)
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct record {
	char kind[4]; /* "W", "F" */
	uint32_t len;
	uint64_t off, ns;
};

static char *disk;
static size_t size;
static FILE *journal;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
die(const char *what)
{
	perror(what);
	exit(111);
}

static char *
map(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	char *p;

	if (fd == -1 || fstat(fd, &st) == -1)
		die(path);
	*n = st.st_size;
	p = mmap(NULL, *n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE,
	    fd, 0);
	if (p == MAP_FAILED)
		die(path);
	close(fd);
	return p;
}

/* serve */

static int
note(const char *kind, const char *p, uint32_t len, uint64_t off)
{
	struct record r = { .len = len, .off = off };
	struct timespec t;
	int ok;

	memcpy(r.kind, kind, 2);
	pthread_mutex_lock(&lock);
	clock_gettime(CLOCK_REALTIME, &t);
	r.ns = t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
	ok = fwrite(&r, sizeof r, 1, journal) == 1 &&
	    (len == 0 || fwrite(p, len, 1, journal) == 1);
	if (ok && len > 0)
		memcpy(disk + off, p, len);
	pthread_mutex_unlock(&lock);
	return ok ? 0 : -1;
}

static int
is_disk(const char *path)
{
	return strcmp(path, "/disk") == 0;
}

static int
on_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	(void)fi;
	memset(st, 0, sizeof *st);
	st->st_nlink = 1;
	if (strcmp(path, "/") == 0) {
		st->st_mode = S_IFDIR | 0755;
		return 0;
	}
	st->st_mode = S_IFREG | 0600;
	st->st_size = size;
	return is_disk(path) ? 0 : -ENOENT;
}

static int
on_open(const char *path, struct fuse_file_info *fi)
{
	fi->keep_cache = 1;
	return is_disk(path) ? 0 : -ENOENT;
}

static int
on_read(const char *path, char *p, size_t n, off_t off,
    struct fuse_file_info *fi)
{
	(void)path;
	(void)fi;
	if ((size_t)off >= size)
		return 0;
	if (n > size - off)
		n = size - off;
	memcpy(p, disk + off, n);
	return n;
}

static int
on_write(const char *path, const char *p, size_t n, off_t off,
    struct fuse_file_info *fi)
{
	(void)path;
	(void)fi;
	if ((size_t)off >= size)
		return -ENOSPC;
	if (n > size - off)
		n = size - off;
	return note("W", p, n, off) == -1 ? -EIO : (int)n;
}

static int
on_fsync(const char *path, int data, struct fuse_file_info *fi)
{
	(void)path;
	(void)data;
	(void)fi;
	return note("F", NULL, 0, 0) == -1 ? -EIO : 0;
}

/* a loop device would discard with it: nothing that was written goes away */
static int
on_fallocate(const char *path, int mode, off_t off, off_t n,
    struct fuse_file_info *fi)
{
	(void)path;
	(void)mode;
	(void)off;
	(void)n;
	(void)fi;
	return -EOPNOTSUPP;
}

static void *
on_init(struct fuse_conn_info *conn, struct fuse_config *conf)
{
	conn->max_write = 1 << 20;
	conf->kernel_cache = 1;
	conf->attr_timeout = conf->entry_timeout = 3600;
	return NULL;
}

static const struct fuse_operations operations = { .getattr = on_getattr,
	.open = on_open,
	.read = on_read,
	.write = on_write,
	.fsync = on_fsync,
	.fallocate = on_fallocate,
	.init = on_init };

static int
serve(char **argv)
{
	char foreground[] = "-f",
	     *args[] = { argv[0], foreground, argv[4], NULL };
	int r;

	disk = map(argv[2], &size);
	journal = fopen(argv[3], "wb");
	if (journal == NULL)
		die(argv[3]);
	r = fuse_main(3, args, &operations, NULL);
	if (fclose(journal) == EOF)
		die(argv[3]);
	return r;
}

/* cut */

/* the record at *at, and *at behind it; 0 at the end */
static int
next(const char *log, size_t n, size_t *at, struct record *r, const char **p)
{
	if (n - *at < sizeof *r)
		return 0;
	memcpy(r, log + *at, sizeof *r);
	if (n - *at - sizeof *r < r->len)
		return 0;
	*p = log + *at + sizeof *r;
	*at += sizeof *r + r->len;
	return 1;
}

/* blocks of a write into an image; how many, of all that there are */
static void
scatter(char *image, const struct record *r, const char *p, unsigned percent,
    uint32_t block, unsigned *kept, unsigned *all)
{
	uint32_t i, n;

	for (i = 0; i < r->len; i += block) {
		n = r->len - i < block ? r->len - i : block;
		++*all;
		if ((unsigned)(random() % 100) >= percent)
			continue;
		++*kept;
		memcpy(image + r->off + i, p + i, n);
	}
}

/* a copy of the disk, with holes where it has zeros */
static char *
copy_disk(const char *folder, unsigned number)
{
	static const char zero[65536];
	char path[4096], *image;
	size_t i, n;
	int fd;

	snprintf(path, sizeof path, "%s/%u", folder, number);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || ftruncate(fd, size) == -1)
		die(path);
	image = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (image == MAP_FAILED)
		die(path);
	close(fd);
	for (i = 0; i < size; i += n) {
		n = size - i < sizeof zero ? size - i : sizeof zero;
		if (memcmp(disk + i, zero, n) != 0)
			memcpy(image + i, disk + i, n);
	}
	return image;
}

static int
cut(char **argv)
{
	uint32_t block = strtoul(argv[6], NULL, 10);
	size_t n, done = 0, at, before, flushed;
	unsigned percent, number = 0, kept, all;
	unsigned long long ns;
	char line[100], *image, *log;
	struct record r;
	const char *p;

	disk = map(argv[2], &size);
	log = map(argv[3], &n);
	srandom(strtoul(argv[5], NULL, 10));
	while (fgets(line, sizeof line, stdin) != NULL &&
	    sscanf(line, "%llu %u", &ns, &percent) == 2) {
		flushed = at = before = done;
		while (next(log, n, &at, &r, &p) && r.ns <= ns) {
			before = at;
			if (r.kind[0] == 'F')
				flushed = at;
		}
		while (done < flushed && next(log, n, &done, &r, &p))
			memcpy(disk + r.off, p, r.len);
		image = copy_disk(argv[4], number);
		kept = all = 0;
		for (at = done; at < before && next(log, n, &at, &r, &p);)
			scatter(image, &r, p, percent, block, &kept, &all);
		munmap(image, size);
		printf("%u ns=%llu unflushed=%u kept=%u\n", number++, ns, all,
		    kept);
		fflush(stdout);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "serve") == 0)
		return serve(argv);
	if (argc == 7 && strcmp(argv[1], "cut") == 0)
		return cut(argv);
	fprintf(stderr,
	    "usage: disk serve BASE LOG MOUNTPOINT\n"
	    "       disk cut BASE LOG FOLDER SEED BLOCK\n");
	return 100;
}
