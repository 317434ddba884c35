#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
on_scan_timer(void *arg)
{
	struct run *r = arg;

	if (r->scan.on) {
		r->load.again = 1;
		return;
	}
	r->scan.on = 1;
	r->scan.at = 0;
	r->load.bad = r->load.again = 0;
	oldjournal_scan(r);
	rounds_more(r);
}

/* the earlier time holds */
void
scan_soon(struct run *r, int64_t ms)
{
	int64_t at = clock_mono_ms() + ms;

	if (loop_timer_active(&r->scan.timer) && r->scan.at_ms <= at)
		return;
	r->scan.at_ms = at;
	loop_timer_set(&r->scan.timer, ms, on_scan_timer, r);
}

/* before the loop waits: another scan is wanted, or there was no room for
 * messages, and half of it is free now */
static void
on_round(void *arg)
{
	struct run *r = arg;
	int left = r->s.used_rcpt < r->scan.used;

	if (r->load.soon)
		scan_soon(r, RUN_FAULT_MS);
	r->load.soon = 0;
	if (left && r->load.again && !r->scan.on &&
	    r->s.used_rcpt <= r->rcpts_max / 2)
		scan_soon(r, RUN_ASKED_MS);
	r->scan.used = r->s.used_rcpt;
}

static void
scan_ended(struct run *r)
{
	int64_t ms = r->rescan_ms;

	r->scan.on = 0;
	if (r->first_scan || r->oldjournal.n > 0)
		oldjournal_scanned(r);
	r->first_scan = 0;
	cleaning_segments(r);
	if ((r->load.bad || r->load.again) && ms > RUN_FAULT_MS)
		ms = RUN_FAULT_MS;
	scan_soon(r, ms);
}

/* whose file was not there has none */
static void
dir_read(struct run *r, unsigned dir)
{
	r->oldjournal.dirs_read |= (uint64_t)1 << dir;
}

static DIR *
open_dir(struct run *r)
{
	char path[16];
	DIR *d;
	int fd;

	/* the directory's two digits are those of its ids */
	snprintf(path, sizeof path, "mess/%c%c", "01"[r->scan.at / 32],
	    "0123456789abcdefghijklmnopqrstuv"[r->scan.at % 32]);
	fd = openat(r->qfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd == -1 ? NULL : fdopendir(fd);
	if (d != NULL)
		return d;
	if (errno == ENOENT) {
		dir_read(r, r->scan.at);
	} else {
		warn("unable to scan %s: %m", path);
		r->load.bad = 1;
	}
	if (fd != -1)
		close(fd);
	return NULL;
}

/* its checksum is right, or there is none */
static void
scan_found(struct run *r, const char *name)
{
	oldjournal_found(r, name);
	/* what the journal names was safe long ago */
	if (arrivals_is_young(name) && !oldjournal_knows(r, name))
		arrivals_keep(r, name);
	else
		load_message(r, name, 0);
}

/* scan_dir is already that of the next */
static void
dir_ended(struct run *r, int err)
{
	closedir(r->scan.dir);
	r->scan.dir = NULL;
	if (err == 0) {
		dir_read(r, r->scan.at - 1);
		return;
	}
	errno = err;
	warn("unable to scan the queue: %m");
	r->load.bad = 1;
}

static void
scan_one(struct run *r, const char *name)
{
	if (name_check(name, strlen(name)) == -1)
		return;
	if (schedule_find(&r->s, name) != SCHEDULE_NONE)
		oldjournal_found(r, name);
	else if (verify_begin(r, name) == 0)
		scan_found(r, name);
}

/* a long file whose checksum is being looked at */
static void
scan_verify(struct run *r)
{
	char id[NAME_LEN + 1];

	memcpy(id, r->verify.sum.id, NAME_LEN);
	id[NAME_LEN] = '\0';
	if (verify_more(r) == 0)
		scan_found(r, id);
}

int
scan_slice(struct run *r)
{
	struct dirent *e;
	unsigned i;

	if (r->verify.on)
		scan_verify(r);
	for (i = 0; r->scan.on && !r->verify.on && i < RUN_SLICE; i++) {
		if (r->scan.dir == NULL) {
			if (r->scan.at == NAME_DIRS) {
				scan_ended(r);
				break;
			}
			r->scan.dir = open_dir(r);
			r->scan.at++;
			continue;
		}
		errno = 0;
		e = readdir(r->scan.dir);
		if (e == NULL) {
			dir_ended(r, errno);
		} else if (e->d_name[0] != '.') {
			scan_one(r, e->d_name);
		}
	}
	return r->scan.on;
}

void
scan_start(struct run *r)
{
	loop_hook_start(&r->scan.round, on_round, r);
	on_scan_timer(r);
}
