#ifndef CONFBUILD_SUBJECTS_H
#define CONFBUILD_SUBJECTS_H

#include "conf/conffile.h"

/*
 * The files of a configuration, conf(5), that become a table each, in the
 * order in which their faults are told; NULL behind the last.
 */
extern const struct conffile *const confbuild_subjects[];

#endif
