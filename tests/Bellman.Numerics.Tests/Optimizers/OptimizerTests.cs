using System.Text.Json;

namespace Bellman.Numerics.Tests;

/// <summary>Ten steps on a quadratic, against torch.optim in double precision.</summary>
[Trait("Category", "Kernels")]
public sealed class OptimizerTests
{
    private static readonly JsonElement[] Cases = [.. Reference.Load("optimizers").EnumerateArray()];

    public static TheoryData<int, string> Runs
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (var i = 0; i < Cases.Length; i++)
            {
                foreach (var run in Cases[i].GetProperty("output").GetProperty("runs").EnumerateArray())
                {
                    // Adagrad, AMSGrad and centred RMSProp are in the file and not in this library.
                    var settings = run.GetProperty("settings");
                    if (run.GetProperty("optimizer").GetString() != "Adagrad" && !settings.TryGetProperty("amsgrad", out _) && !settings.TryGetProperty("centered", out _))
                    {
                        data.Add(i, run.GetRawText());
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void TenSteps_EqualTheReference(int index, string run)
    {
        var input = Cases[index].GetProperty("input");
        var expected = JsonDocument.Parse(run).RootElement;
        var parameter = new Parameter("x", 4);
        parameter.CopyFrom(Reference.Floats(input.GetProperty("x0")));
        var optimizer = Make(expected, parameter);
        using var tape = new Tape();
        var (matrix, offset) = (Reference.Floats(input.GetProperty("A")), Reference.Floats(input.GetProperty("b")));
        var step = 0;
        foreach (var after in expected.GetProperty("params").EnumerateArray())
        {
            tape.Reset();
            var x = tape.Use(parameter);
            var loss = 0.5f * (x * x.Reshape((1, 4)).MatMul(tape.Input(matrix, (4, 4))).Reshape(4)).Sum() - (x * tape.Input(offset, 4)).Sum();
            var wanted = expected.GetProperty("losses")[step++].GetDouble();
            Assert.True(Math.Abs(wanted - loss.Item) <= 2e-5 * Math.Max(1, Math.Abs(wanted)), $"loss before step {step}: {wanted} and {loss.Item}");
            optimizer.Step(loss);
            GradientCheck.AssertClose([.. after.EnumerateArray().Select(v => v.GetDouble())], parameter.Values, 2e-5, $"after step {step}");
        }
    }

    [Fact]
    public void GlobalNormClipping_EqualsTheReference()
    {
        foreach (var @case in Cases)
        {
            var (input, output) = (@case.GetProperty("input"), @case.GetProperty("output"));
            float[] first = Reference.Floats(input.GetProperty("grad1")), second = Reference.Floats(input.GetProperty("grad2"));
            Parameter a = new("a", first.Length), b = new("b", second.Length);
            var optimizer = new Sgd([a, b], 1);
            using var tape = new Tape();
            optimizer.Backward((tape.Use(a) * tape.Input(first, first.Length)).Sum() + (tape.Use(b) * tape.Input(second, second.Length)).Sum());
            var norm = optimizer.ClipGradientNorm(input.GetProperty("max_norm").GetDouble());
            optimizer.Apply();
            Assert.Equal(output.GetProperty("grad_norm").GetDouble(), norm, 1e-5);

            // From zero, one step of size 1 is the clipped gradient, negated.
            GradientCheck.AssertClose([.. Reference.Doubles(output.GetProperty("clipped1")).Select(g => -g)], a.Values, 1e-5, "first");
            GradientCheck.AssertClose([.. Reference.Doubles(output.GetProperty("clipped2")).Select(g => -g)], b.Values, 1e-5, "second");
        }
    }

    [Fact]
    public void SavedState_GoesOnWithTheSameBits()
    {
        var (first, second) = (Fresh(), Fresh());
        Run(first.Optimizer, first.Parameter, 5);
        second.Parameter.CopyFrom(first.Parameter.Values);
        second.Optimizer.LoadState(first.Optimizer.SaveState(), first.Optimizer.Steps);
        Run(first.Optimizer, first.Parameter, 5);
        Run(second.Optimizer, second.Parameter, 5);
        Assert.Equal(first.Parameter.Values.ToArray(), second.Parameter.Values.ToArray());

        static (Adam Optimizer, Parameter Parameter) Fresh()
        {
            var parameter = new Parameter("x", 5);
            parameter.CopyFrom([1, -2, 3, -4, 5]);
            return (new Adam([parameter], 0.1), parameter);
        }

        static void Run(Adam optimizer, Parameter parameter, int steps)
        {
            using var tape = new Tape();
            for (var i = 0; i < steps; i++)
            {
                tape.Reset();
                optimizer.Step(tape.Use(parameter).Square().Mean());
            }
        }
    }

    private static Optimizer Make(JsonElement run, Parameter parameter)
    {
        double Setting(string name, double otherwise) => run.GetProperty("settings").TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;
        var rate = Setting("lr", 1e-3);
        var (beta1, beta2) = run.GetProperty("settings").TryGetProperty("betas", out var betas) ? (betas[0].GetDouble(), betas[1].GetDouble()) : (0.9, 0.999);
        return run.GetProperty("optimizer").GetString() switch
        {
            "SGD" => new Sgd([parameter], rate, Setting("momentum", 0), Setting("nesterov", 0) != 0, Setting("weight_decay", 0)),
            "Adam" => new Adam([parameter], rate, beta1, beta2, Setting("eps", 1e-8), Setting("weight_decay", 0)),
            "AdamW" => new AdamW([parameter], rate, beta1, beta2, Setting("eps", 1e-8), Setting("weight_decay", 0.01)),
            "RMSprop" => new RmsProp([parameter], rate, Setting("alpha", 0.99), Setting("eps", 1e-8), false, Setting("momentum", 0)),
            "RMSpropTFLike" => new RmsProp([parameter], rate, Setting("alpha", 0.99), Setting("eps", 1e-8), true, Setting("momentum", 0)),
            var other => throw new InvalidOperationException($"No optimizer is named {other}."),
        };
    }
}
