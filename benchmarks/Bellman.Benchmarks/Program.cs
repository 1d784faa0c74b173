using Bellman.Benchmarks;
using BenchmarkDotNet.Running;

if (args is ["gemm"])
{
    GemmTable.Print();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
