using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Least squares: LSTD against exact values, LSPI on a chain and on CartPole.</summary>
public sealed class LeastSquaresTests
{
    private static readonly int[] Numbers = [.. Enumerable.Range(0, 20)];
    private static readonly double[] One = [1];

    [Fact]
    public void LongWalk_SeenOnceEachWay_HasItsExactValues()
    {
        using var walk = new RandomWalk(19, -1, 1);
        var learner = new LeastSquaresPrediction(19, 1);
        for (var state = 0; state < 19; state++)
        {
            foreach (var outcome in walk.Transitions(state, 0))
            {
                learner.Learn(At(state), outcome.Reward, At(outcome.NextState), outcome.Terminated);
            }
        }

        Assert.Equal(Enumerable.Range(0, 19).Select(state => ((state + 1) / 10.0) - 1), learner.Solve(), new Nearly(1e-9));
    }

    [Fact]
    public void SampledWalk_HasTheValuesOfTheModelSeen_AndWithLambdaOne_TheMeanReturns()
    {
        // Counted here as well, and solved by dynamic programming; or averaged by Monte Carlo.
        var (zero, one, monteCarlo) = (new LeastSquaresPrediction(19, 1), new LeastSquaresPrediction(19, 1, lambda: 1), new MonteCarloPrediction(19));
        var seen = new int[19, 2];
        using var walk = new RandomWalk(19, -1, 1);
        var (observation, random) = (new int[1], new RandomStream(4));
        for (var episode = 0; episode < 200; episode++)
        {
            walk.Reset(random, new RowWriter(observation));
            for (var ended = false; !ended;)
            {
                var state = observation[0];
                var result = walk.Step(new RowReader([0]), new RowWriter(observation));
                ended = result.Terminated;
                seen[state, ended ? (state == 0 ? 0 : 1) : observation[0] > state ? 1 : 0]++;
                zero.Learn(At(state), result.Reward, At(observation[0]), ended);
                one.Learn(At(state), result.Reward, At(observation[0]), ended);
                monteCarlo.Learn(state, result.Reward, observation[0], ended);
            }
        }

        var model = new TabularModel(new ModelFixture(19, 1, (state, _) =>
        {
            var right = (double)seen[state, 1] / (seen[state, 0] + seen[state, 1]);
            return [state == 0 ? new Transition(1 - right, 0, -1, true) : new Transition(1 - right, state - 1, 0, false), state == 18 ? new Transition(right, 0, 1, true) : new Transition(right, state + 1, 0, false)];
        }));
        var exact = PolicyIteration.Evaluate(model, new int[19], new PolicyIterationSettings { Gamma = 1, Tolerance = 1e-14 });
        Assert.Equal(exact, zero.Solve(), new Nearly(1e-9));
        Assert.Equal(monteCarlo.Values, one.Solve(), new Nearly(1e-9));
    }

    [Fact]
    public void UnseenFeatures_AreNamed_UnlessThereIsARidge()
    {
        Assert.Contains("singular", Assert.Throws<ArithmeticException>(() => new LeastSquaresPrediction(2, 0.9).Solve()).Message, StringComparison.Ordinal);
        var ridge = new LeastSquaresPrediction(2, 0.9, ridge: 1);
        ridge.Learn(At(0), 1, At(0), terminated: true);
        Assert.Equal([0.5, 0], ridge.Solve());
    }

    [Fact]
    public void Chain_SeenInFull_HasItsOptimalValuesExactly()
    {
        // Lagoudakis and Parr's chain, each outcome as often as it is probable: nine times out of ten.
        var model = Chain();
        var samples = new FeatureSamples(new OneHotFeatures(new DiscreteSpace(20)), 2);
        for (var pair = 0; pair < 40; pair++)
        {
            foreach (var outcome in model.Transitions(pair / 2, pair % 2))
            {
                for (var copy = 0; copy < (int)Math.Round(10 * outcome.Probability); copy++)
                {
                    samples.Add(At(pair / 2), pair % 2, outcome.Reward, At(outcome.NextState), false);
                }
            }
        }

        var solution = LeastSquaresPolicyIteration.Solve(samples, new LeastSquaresPolicyIterationSettings { Gamma = 0.9, Ridge = 0 });
        var exact = ValueIteration.Solve(new TabularModel(model), new ValueIterationSettings { Gamma = 0.9, Tolerance = 1e-14 });
        Assert.True(solution.Converged);
        for (var pair = 0; pair < 40; pair++)
        {
            Assert.Equal(exact.ActionValue(pair / 2, pair % 2), solution.Values[At(pair / 2), pair % 2], 1e-9);
        }
    }

    [Fact]
    public void Chain_IsSolvedFromRandomSteps_WithAPolynomial()
    {
        // Section 9.1 of the paper: 5,000 steps of a random walk, polynomials of degree 4, optimal after some seven policies.
        var chain = Chain();
        using var walk = new ModelEnvironment(chain);
        var features = new ChainPolynomial();
        var samples = FeatureSamples.Random(walk, features, 5000, seed: 1);
        var solution = LeastSquaresPolicyIteration.Solve(samples, new LeastSquaresPolicyIterationSettings { Gamma = 0.9 });
        var row = new FeatureRow(5);
        var policy = Enumerable.Range(0, 20).Select(place => solution.Values.Greedy(row.Compute(features, new RowReader([place]))));
        TestContext.Current.SendDiagnosticMessage($"LSPI on the chain: {solution.Iterations} policies, {string.Concat(policy.Select(action => action == 0 ? 'L' : 'R'))}");
        Assert.Equal(string.Concat(new string('L', 10), new string('R', 10)), string.Concat(policy.Select(action => action == 0 ? 'L' : 'R')));
        Assert.InRange(solution.Iterations, 3, 12);
    }

    [Fact]
    public void CartPole_IsBalancedForHundredsOfSteps_FromRandomStepsAlone()
    {
        // Data sets differ: twenty of them gave 122 to 500 steps, 408 in the median, where random play lasts 22.
        var features = new PolynomialFeatures([-2.4f, -3, -0.21f, -3], [2.4f, 3, 0.21f, 3], 2);
        var returns = Enumerable.Range(1, 10).AsParallel().Select(seed =>
        {
            using var cart = EnvironmentRegistry.Default.Make("CartPole-v1");
            var solution = LeastSquaresPolicyIteration.Solve(FeatureSamples.Random(cart, features, 10_000, (ulong)seed), new LeastSquaresPolicyIterationSettings { Gamma = 0.95 });
            var (row, observation) = (new FeatureRow(features.Count), new float[4]);
            var mean = Enumerable.Range(0, 20).Average(episode =>
            {
                cart.Reset(new RandomStream(1_000_000_000 + (ulong)episode), new RowWriter(observation));
                for (var step = 1; ; step++)
                {
                    var result = cart.Step(new RowReader([solution.Values.Greedy(row.Compute(features, new RowReader(observation)))]), new RowWriter(observation));
                    if (result.Terminated || result.Truncated)
                    {
                        return step;
                    }
                }
            });
            return mean;
        }).Order().ToArray();
        TestContext.Current.SendDiagnosticMessage($"LSPI on CartPole: {string.Join(", ", returns.Select(steps => $"{steps:0}"))} steps from ten data sets");
        Assert.InRange(returns[0], 5 * 22, 500);
        Assert.InRange(returns[5], 300, 500);
    }

    private static FeatureVector At(int state) => new(Numbers.AsSpan(state, 1), One);

    // Twenty places in a row, left and right, one in ten goes the other way; 1 for arriving at either end.
    private static ModelFixture Chain() => new(20, 2, (place, action) =>
    {
        var (left, right) = (Math.Max(place - 1, 0), Math.Min(place + 1, 19));
        return [.. new[] { (left, action == 0 ? 0.9 : 0.1), (right, action == 1 ? 0.9 : 0.1) }.Select(next => new Transition(next.Item2, next.Item1, next.Item1 is 0 or 19 ? 1 : 0, false))];
    }, start: 10);

    /// <summary>1, x, … x⁴ of the place, scaled to [−1, 1].</summary>
    private sealed class ChainPolynomial : IFeatures
    {
        private readonly PolynomialFeatures polynomial = new([0], [19], 4);

        public int Count => polynomial.Count;

        public int ActiveCount => polynomial.ActiveCount;

        public void Compute(RowReader observation, Span<int> indices, Span<double> values) => polynomial.Compute(new RowReader([(float)observation.Integers[0]]), indices, values);
    }
}
