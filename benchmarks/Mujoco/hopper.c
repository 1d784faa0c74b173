// Hopper as a C program would step it: what `bellman bench --filter hopper` is compared with. See hopper.sh.
// The library's header is not needed: three fields of mjData are found by their offsets in MuJoCo 2.2.2.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void* mj_loadXML(const char* path, const void* files, char* error, int length);
void* mj_makeData(const void* model);
void mj_resetData(const void* model, void* data);
void mj_forward(const void* model, void* data);
void mj_step(const void* model, void* data);
void mj_rnePostConstraint(const void* model, void* data);

static double* field(void* data, int offset) { return *(double**)((char*)data + offset); }

static double noise(double scale) { return scale * (2.0 * rand() / RAND_MAX - 1); }

static void reset(void* model, void* data) {
  mj_resetData(model, data);
  for (int i = 0; i < 6; i++) field(data, 40376)[i] += noise(5e-3);
  for (int i = 0; i < 6; i++) field(data, 40384)[i] += noise(5e-3);
  mj_forward(model, data);
}

int main(int count, char** arguments) {
  char error[1000] = "";
  void* model = mj_loadXML(arguments[1], 0, error, sizeof error);
  if (!model) return fprintf(stderr, "%s\n", error), 1;
  void* data = mj_makeData(model);
  float actions[64][3];
  for (int i = 0; i < 64; i++) for (int j = 0; j < 3; j++) actions[i][j] = (float)noise(1);
  double best = 0;
  for (int round = 0; round < 8; round++) {
    reset(model, data);
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    const int steps = 10000;
    for (int i = 0; i < steps; i++) {
      double* controls = field(data, 40408);
      for (int j = 0; j < 3; j++) controls[j] = actions[i & 63][j];
      for (int k = 0; k < 4; k++) mj_step(model, data);
      mj_rnePostConstraint(model, data);
      double* positions = field(data, 40376);
      if (!(positions[1] > 0.7 && fabs(positions[2]) < 0.2)) reset(model, data);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double rate = steps / ((end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec));
    if (rate > best) best = rate;
  }
  printf("C: %.0f steps/s\n", best);
  return 0;
}
