using System.Diagnostics;
using System.Globalization;
using Bellman.Environments;
using Bellman.Numerics;

namespace Bellman.Cli;

/// <summary>Something measured.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Measure">Measures it within a budget of time.</param>
internal sealed record Measurement(string Name, string Unit, Func<TimeSpan, double> Measure)
{
    /// <summary>Why it cannot be measured here; null where it can.</summary>
    public string? Missing { get; init; }
}

/// <summary>What <c>bellman bench</c> measures, all through the public interface, on one thread.</summary>
internal static class Measurements
{
    /// <summary>The argument that makes this program measure allocations in a process of its own and print them.</summary>
    public const string AllocationProcess = "measure-allocations";

    private static double peak;

    public static IReadOnlyList<Measurement> All { get; } =
    [
        // The peak is measured between the products, so that all see the same clock speed.
        new("numerics.gemm_64_gflops", "GFLOP/s", budget => Gemm(64, budget)),
        new("numerics.gemm_256_gflops", "GFLOP/s", budget => Gemm(256, budget)),
        new("numerics.gemm_1024_gflops", "GFLOP/s", budget => Gemm(1024, budget)),
        new("numerics.fma_peak_gflops", "GFLOP/s", _ => Math.Max(peak, MachineBenchmark.FmaPeakGflops())),
        new("numerics.tanh_ns", "ns", _ => MachineBenchmark.TanhNanoseconds()),
        new("numerics.mlp_forward_1_us", "µs", budget => MlpForward(1, budget)),
        new("numerics.mlp_forward_8_us", "µs", budget => MlpForward(8, budget)),
        new("numerics.mlp_forward_64_us", "µs", budget => MlpForward(64, budget)),
        new("numerics.ppo_update_64_us", "µs", budget => PpoUpdate(64, budget)),
        new("numerics.ppo_update_256_us", "µs", budget => PpoUpdate(256, budget)),
        new("numerics.conv_nature_32_ms", "ms", ConvolutionNature),
        new("env.cartpole_1", "steps/s", budget => StepsPerSecond("CartPole-v1", 1, budget)),
        new("env.cartpole_8", "steps/s", budget => StepsPerSecond("CartPole-v1", 8, budget)),
        new("env.cartpole_1024", "steps/s", budget => StepsPerSecond("CartPole-v1", 1024, budget)),
        new("env.pendulum_1024", "steps/s", budget => StepsPerSecond("Pendulum-v1", 1024, budget)),
        new("env.frozenlake_1", "steps/s", budget => StepsPerSecond("FrozenLake-v1", 1, budget)),
        new("env.frozenlake_1024", "steps/s", budget => StepsPerSecond("FrozenLake-v1", 1024, budget)),
        new("env.taxi_1", "steps/s", budget => StepsPerSecond("Taxi-v4", 1, budget)),
        new("env.taxi_1024", "steps/s", budget => StepsPerSecond("Taxi-v4", 1024, budget)),
        new("env.cliffwalking_1", "steps/s", budget => StepsPerSecond("CliffWalking-v1", 1, budget)),
        new("env.cliffwalking_1024", "steps/s", budget => StepsPerSecond("CliffWalking-v1", 1024, budget)),
        new("env.pong_pixels", "frames/s", budget => StepsPerSecond("Pong-v0", 1, budget)),
        new("env.breakout_pixels", "frames/s", budget => StepsPerSecond("Breakout-v0", 1, budget)),
        new("env.pong_state", "steps/s", budget => StepsPerSecond("PongState-v0", 1, budget)),
        new("env.acrobot_1", "steps/s", budget => StepsPerSecond("Acrobot-v1", 1, budget)),
        new("env.lunarlander_1", "steps/s", budget => StepsPerSecond("LunarLander-v3", 1, budget)),
        new("env.bipedalwalker_1", "steps/s", budget => StepsPerSecond("BipedalWalker-v3", 1, budget)),
        new("env.hopper_1", "steps/s", budget => StepsPerSecond("Hopper-v5", 1, budget)) { Missing = MujocoLibrary.Reason },
        new("train.q_learning_frozenlake_steps_per_s", "steps/s", _ => QLearningSteps("FrozenLake-v1")),
        new("train.q_learning_taxi_steps_per_s", "steps/s", _ => QLearningSteps("Taxi-v3")),
        new("train.q_learning_cliffwalking_steps_per_s", "steps/s", _ => QLearningSteps("CliffWalking-v1")),
        new("train.q_learning_frozenlake_agent_steps_per_s", "steps/s", _ => StepwiseTraining("q-learning", "FrozenLake-v1")),
        new("train.semi_gradient_sarsa_mountaincar_steps_per_s", "steps/s", _ => StepwiseTraining("semi-gradient-sarsa", "MountainCar-v0")),
        new("train.linear_q_learning_cartpole_steps_per_s", "steps/s", _ => StepwiseTraining("linear-q-learning", "CartPole-v1")),
        new("planning.value_iteration_states_per_s", "states/s", _ => PlanningBenchmark.StatesPerSecond(1)),
        new("planning.value_iteration_speedup_2_threads", "times", _ => PlanningBenchmark.StatesPerSecond(2) / PlanningBenchmark.StatesPerSecond(1)),
        new("planning.value_iteration_bandwidth_share", "of 1", _ => PlanningBenchmark.BandwidthShare()),
        new("planning.racetrack_lrtdp_backups", "backups", _ => PlanningBenchmark.LabelledBackups("Racetrack-v0", gamma: 1, upperBound: 0)),
        new("planning.racetrack_sweeping_backups", "backups", _ => PlanningBenchmark.SweepingBackups("Racetrack-v0", gamma: 1)),
        new("planning.dynamaze_lrtdp_backups", "backups", _ => PlanningBenchmark.LabelledBackups("DynaMaze-v0", gamma: 0.95, upperBound: 1)),
        new("planning.dynamaze_sweeping_backups", "backups", _ => PlanningBenchmark.SweepingBackups("DynaMaze-v0", gamma: 0.95)),
        new("train.ppo_cartpole_steps_per_s", "steps/s", _ => Training(PpoSettings.For("CartPole-v1"))),
        new("train.ppo_cartpole_defaults_steps_per_s", "steps/s", _ => Training(new PpoSettings())),
        new("train.ppo_round_allocated_bytes", "bytes", _ => AllocatedBytesInAProcess()),
    ];

    /// <summary>
    /// The most bytes that a window of 100 rounds of collecting and updating allocates, over three windows after 200 rounds of warming up, all threads counted.
    /// </summary>
    public static long AllocatedBytes(string id, PpoSettings settings)
    {
        using var ppo = new Ppo(VectorEnvironment.Make(id, settings.Environments, 1), settings);
        var progress = new TrainingProgress();
        Rounds(200);
        long most = 0;
        for (var window = 0; window < 3; window++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Rounds(100);
            most = Math.Max(most, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return most;

        void Rounds(int count)
        {
            for (var i = 0; i < count; i++)
            {
                ppo.Collector.Collect(ppo.Rollout);
                ppo.Learner.Update(ppo.Rollout, 0.5, progress);
            }
        }
    }

    private static double Gemm(int size, TimeSpan budget)
    {
        var best = 0.0;
        var began = Stopwatch.GetTimestamp();
        do
        {
            peak = Math.Max(peak, MachineBenchmark.FmaPeakGflops());
            best = Math.Max(best, MachineBenchmark.GemmGflops(size));
        }
        while (Stopwatch.GetElapsedTime(began) < budget);
        return best;
    }

    private static double MlpForward(int rows, TimeSpan budget)
    {
        using var environment = VectorEnvironment.Make("CartPole-v1");
        var policy = new Policy(environment.ObservationSpace, environment.ActionSpace, new PolicySettings(), new SplittableRandom(1));
        using var session = policy.CreateSession();
        var observations = new float[rows * 4];
        new SplittableRandom(2).Normal(observations);
        var actions = new int[rows];
        return Stopwatches.Nanoseconds(() => session.Act(observations, actions, deterministic: true), budget) / 1000;
    }

    private static double PpoUpdate(int batch, TimeSpan budget)
    {
        // So small a step leaves the weights where they are, and with them what is measured.
        var settings = new PpoSettings { BatchSize = batch, RolloutSteps = 512, LearningRate = 1e-9 };
        using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", 1, 1), settings);
        ppo.Collector.Collect(ppo.Rollout);
        ppo.Rollout.EstimateAdvantages(settings.Gamma, settings.GaeLambda);
        var rows = Enumerable.Range(0, batch).ToArray();
        return Stopwatches.Nanoseconds(() => ppo.Learner.UpdateMinibatch(ppo.Rollout, rows), budget) / 1000;
    }

    // Atari's network over 32 stacks of four frames: bytes to floats, forward and backward, no optimizer's step.
    private static double ConvolutionNature(TimeSpan budget)
    {
        var images = new byte[32 * 84 * 84 * 4];
        new Random(1).NextBytes(images);
        var network = new NatureCnn("net", 84, 84, 4, Initializer.Orthogonal(Math.Sqrt(2)), new SplittableRandom(1));
        var optimizer = new Sgd(network.Parameters, 1e-9);
        using var tape = new Tape();
        return Stopwatches.Nanoseconds(() =>
        {
            tape.Reset();
            optimizer.Backward(network.Forward(tape.Images(images, (32, 84, 84, 4))).Mean());
        }, budget) / 1e6;
    }

    private static double StepsPerSecond(string id, int count, TimeSpan budget)
    {
        using var environment = VectorEnvironment.Make(id, count, seed: 1);
        var step = new VectorStep(environment);
        environment.Reset(step);

        // Drawn beforehand: the draws are not the environment's.
        var random = new RandomStream(7);
        var actions = Enumerable.Range(0, 64).Select(_ => new Rows(environment.ActionSpace.Layout, count)).ToArray();
        foreach (var rows in actions)
        {
            for (var row = 0; row < count; row++)
            {
                environment.ActionSpace.Sample(random, rows.Writer(row));
            }
        }

        var calls = Math.Max(1, 256 / count) * 64;
        return 1e9 * count * calls / Stopwatches.Nanoseconds(() =>
        {
            for (var i = 0; i < calls; i++)
            {
                environment.Step(actions[i & 63], step);
            }
        }, budget);
    }

    private static double Training(PpoSettings settings)
    {
        // Once to warm up, then the best of two, as training itself is never the same work twice.
        return Enumerable.Range(0, 3).Max(run =>
        {
            using var ppo = new Ppo(VectorEnvironment.Make("CartPole-v1", settings.Environments, 1000), settings with { Seed = 1 });
            ppo.Learn(run == 0 ? 20_000 : 100_000);
            return run == 0 ? 0 : ppo.Progress.StepsPerSecond;
        });
    }

    // Learning on: every step is an update of the table.
    private static double QLearningSteps(string id)
    {
        using var environment = EnvironmentRegistry.Default.Make(id);
        var learner = new QLearning(((DiscreteSpace)environment.ObservationSpace).Count, ((DiscreteSpace)environment.ActionSpace).Count, new TabularSettings());
        var play = new TabularPlay(environment, learner, seed: 1);
        return Enumerable.Range(0, 4).Max(_ =>
        {
            var (started, steps) = (Stopwatch.GetTimestamp(), 0);
            while (steps < 2_000_000)
            {
                steps += play.Episode(1000).Steps;
            }

            return steps / Stopwatch.GetElapsedTime(started).TotalSeconds;
        });
    }

    // The whole of training: agent, loop, episodes, metrics.
    private static double StepwiseTraining(string algorithm, string id)
    {
        var plan = AlgorithmRegistry.Get(algorithm).Configure(new AlgorithmRequest { Environment = id });
        return Enumerable.Range(0, 4).Max(_ =>
        {
            using var agent = plan.Make(VectorEnvironment.Make(id, plan.Environments, seed: 1));
            agent.Learn(4 * plan.Steps);
            return agent.Progress.StepsPerSecond;
        });
    }

    private static double AllocatedBytesInAProcess()
    {
        var host = Path.Combine(AppContext.BaseDirectory, "Bellman.Cli" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = File.Exists(host) ? new ProcessStartInfo(host) : new ProcessStartInfo(Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "Bellman.Cli.dll")]);
        start.ArgumentList.Add(AllocationProcess);
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.TryParse(output, NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes) ? bytes : throw new InvalidOperationException("The process that measures allocations did not answer.");
    }
}
